"""Where the rules come from. Only what could be confirmed from public text is named as a clause.

The text of the Code's section on the list was not to hand, so what SECAS asks of submitters is named by the public
notice that says it, and what only follows from how the list is kept is called practice.
"""

from typing import Final

LIST: Final = "Practice of the list: no clause confirmed"
QUALITY: Final = "SECAS notice on the quality of CPL data, April 2019"
CERTIFICATES: Final = "SECAS notices on certificates, September 2017 and April 2019"
MP209: Final = "Modification MP209: CPA certificates expire or renew"
HASH: Final = "GBCS: a device checks the hash over the Manufacturer Image"
VOLUNTARY: Final = "SECMP0009, consultation of July 2018: voluntary must look voluntary"
EXAMPLES: Final = "SECMP0009, consultation of July 2018: examples suggested by SECAS"
EVEN_QUALITY: Final = "SECMP0009, consultation of July 2018: quality even across manufacturers"
CONTACTS: Final = "SECMP0009, consultation of July 2018: contacts reach manufacturers, not consumers"
OWNER: Final = "SECMP0009, consultation of July 2018: manufacturers own what is said of their products"
PATHWAYS: Final = "Modification MP231: firmware upgrade pathways"
PATHWAY_PRACTICE: Final = "Practice, on the pathways of MP231: no clause confirmed"
RECORD: Final = "Practice of the list: nothing is deleted, and every change is explained"
